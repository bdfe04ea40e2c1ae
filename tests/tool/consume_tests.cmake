estream_test(tool/consume_group_sources)
estream_test(tool/consume_options)
