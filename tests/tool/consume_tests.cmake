estream_test(tool/consume_group_sources)
estream_test(tool/consume_job)
estream_test(tool/consume_kept_job)
estream_test(tool/consume_options)
