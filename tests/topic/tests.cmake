estream_test(topic/kafka_root)
estream_test(topic/topic)
estream_test(topic/topic_config)
estream_test(topic/topic_name)
