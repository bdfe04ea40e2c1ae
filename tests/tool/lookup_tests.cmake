estream_test(tool/lookup_spec)
estream_test(tool/lookup_table)
estream_test(tool/lookups)
