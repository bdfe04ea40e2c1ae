// Fills a broker with the topics that tests/golden/ was made of.
//
//   java -cp "$LIBS/*" MakeTopics.java BOOTSTRAP PREFIX SEED EVENTS.ndjson COUNT
//
// The records follow from SEED and the first COUNT events alone; only batches, append times and
// what the cleaner leaves depend on the run. The order of the draws from `random` is part of that:
// a change to it gives other records than the archives have.

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class MakeTopics {
  final String bootstrap;
  final String prefix;
  final Random random;
  final List<String> events;
  final long start;

  MakeTopics(String bootstrap, String prefix, long seed, List<String> events) {
    this.bootstrap = bootstrap;
    this.prefix = prefix;
    this.random = new Random(seed);
    this.events = events;
    this.start = 1760000000000L + seed * 1000;
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  void create(String topic, int partitions, String... settings) throws Exception {
    Map<String, String> configuration = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      configuration.put(settings[i], settings[i + 1]);
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrap))) {
      NewTopic made = new NewTopic(topic, partitions, (short) 1).configs(configuration);
      admin.createTopics(List.of(made)).all().get();
    }
    Thread.sleep(300);
  }

  KafkaProducer<byte[], byte[]> producer(String... settings) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("key.serializer", ByteArraySerializer.class.getName());
    properties.put("value.serializer", ByteArraySerializer.class.getName());
    for (int i = 0; i < settings.length; i += 2) {
      properties.put(settings[i], settings[i + 1]);
    }
    return new KafkaProducer<>(properties);
  }

  static ProducerRecord<byte[], byte[]> record(String topic, long time, byte[] key, byte[] value) {
    return new ProducerRecord<>(topic, null, time, key, value);
  }

  // Null keys, tombstones, repeated and null headers, timestamps that jump back. Without
  // compression the producer is not idempotent, so that batches without a producer id exist too.
  void codec(String codec) throws Exception {
    String topic = prefix + "." + codec;
    create(topic, 2, "segment.bytes", "1048576", "retention.ms", "-1");
    try (var producer = producer("compression.type", codec, "linger.ms", "20",
        "enable.idempotence", codec.equals("none") ? "false" : "true")) {
      long time = start;
      for (String event : events) {
        time += random.nextInt(5) - (random.nextInt(50) == 0 ? 200 : 0);
        String key = random.nextInt(10) == 0 ? null : "k" + random.nextInt(50);
        String value = random.nextInt(40) == 0 && key != null ? null : event;
        var record = record(topic, time, bytes(key), bytes(value));
        if (random.nextInt(5) == 0) {
          record.headers().add("trace", bytes("t" + random.nextInt(1000)));
        }
        if (random.nextInt(20) == 0) {
          record.headers().add("empty", null).add("trace", bytes("second"));
        }
        producer.send(record);
      }
    }
  }

  // Twenty transactions of seven records; every third one is aborted.
  void transactions() throws Exception {
    String topic = prefix + ".txn";
    create(topic, 1, "retention.ms", "-1");
    try (var producer = producer("compression.type", "zstd", "transactional.id", prefix + "-tx",
        "linger.ms", "5")) {
      producer.initTransactions();
      long time = start;
      for (int i = 0; i < 20; i++) {
        producer.beginTransaction();
        for (int j = 0; j < 7; j++) {
          String value = "{\"txn\":" + i + ",\"j\":" + j + ",\"aborted\":" + (i % 3 == 0) + "}";
          producer.send(record(topic, time++, bytes("tx" + i), bytes(value)));
        }
        producer.flush();
        if (i % 3 == 0) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
  }

  void appendTime() throws Exception {
    String topic = prefix + ".appendtime";
    create(topic, 1, "message.timestamp.type", "LogAppendTime", "retention.ms", "-1");
    try (var producer = producer("compression.type", "zstd", "linger.ms", "5")) {
      for (int i = 0; i < 500; i++) {
        producer.send(record(topic, 1L, bytes("k" + i % 9), bytes(events.get(i))));
      }
    }
  }

  // Bytes that are not UTF-8, empty against null, 2 MB, numbers beyond a double; then batches of
  // one record and of a few.
  void edges() throws Exception {
    String topic = prefix + ".edge";
    create(topic, 1, "retention.ms", "-1", "max.message.bytes", "4194304");
    try (var producer = producer("compression.type", "zstd", "max.request.size", "4194304")) {
      byte[] binary = new byte[300];
      for (int i = 0; i < binary.length; i++) {
        binary[i] = (byte) i;
      }
      String large = "{\"pad\":\"" + "x".repeat(2000000) + "\"}";
      String odd = "{\"emoji\":\"😀\",\"nul\":\"\\u0000\",\"n\":1e400,\"deep\":[[[[[]]]]]}";
      producer.send(record(topic, start, binary, binary));
      producer.send(record(topic, start + 1, new byte[0], new byte[0]));
      producer.send(record(topic, start - 100000, null, null));
      producer.send(record(topic, start + 2, bytes("big"), bytes(large)));
      producer.send(record(topic, start + 3, bytes("clé-ключ-键"), bytes(odd)));
      producer.flush();
      for (int i = 0; i < 50; i++) {
        producer.send(record(topic, start + i, bytes("s"), bytes("{\"i\":" + i + "}")));
        if (i % 7 == 0) {
          producer.flush();
        }
      }
    }
  }

  // 20 000 records of 700 keys in ten segments (two seconds of event time each), then one that
  // rolls the last of them, so that the cleaner may take all ten.
  void compacted(String name) throws Exception {
    String topic = prefix + "." + name;
    create(topic, 1, "cleanup.policy", "compact", "segment.bytes", "1048576", "segment.ms", "2000",
        "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "3600000",
        "max.compaction.lag.ms", "3000");
    try (var producer = producer("compression.type", "zstd", "linger.ms", "5")) {
      for (int i = 0; i < 20000; i++) {
        String key = "k" + random.nextInt(700);
        String value = "{\"k\":\"" + key + "\",\"v\":" + i + "}";
        producer.send(record(topic, start + i, bytes(key),
            random.nextInt(15) == 0 ? null : bytes(value)));
        if (i % 4000 == 0) {
          producer.flush();
          Thread.sleep(2500);
        }
      }
      producer.flush();
      Thread.sleep(3000);
      producer.send(record(topic, start + 30000, bytes("roll"), bytes("{\"roll\":1}")));
    }
  }

  public static void main(String[] args) {
    try {
      List<String> events = Files.readAllLines(Path.of(args[3]));
      var make = new MakeTopics(args[0], args[1], Long.parseLong(args[2]),
          events.subList(0, Integer.parseInt(args[4])));
      for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
        make.codec(codec);
      }
      make.transactions();
      make.appendTime();
      make.edges();
      make.compacted("compacted");
      make.compacted("cleaner");
    } catch (Exception e) {
      System.err.println("MakeTopics: " + e);
      System.exit(1);
    }
  }
}
