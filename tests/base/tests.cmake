estream_test(base/crc32c)
estream_test(base/murmur2)
estream_test(base/sip_hash)
estream_test(base/varint)
