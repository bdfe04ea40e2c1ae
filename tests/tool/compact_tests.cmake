estream_test(tool/compact_options)
