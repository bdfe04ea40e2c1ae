estream_test(window/aggregation)
estream_test(window/fixed_windows)
estream_test(window/quantity)
estream_test(window/window_properties)
