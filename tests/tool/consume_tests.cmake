estream_test(tool/consume_options)
