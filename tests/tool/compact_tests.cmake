estream_test(tool/compact_options)
estream_test(tool/topic_settings)
