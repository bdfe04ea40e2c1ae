estream_test(window/aggregation)
estream_test(window/quantity)
