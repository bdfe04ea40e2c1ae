// Prints what Kafka's own consumer (read committed) finds in topics, from their start to their end.
//
//   java -cp "$LIBS/*" ReadTopic.java BOOTSTRAP TOPIC...
//
// One JSON object a record on stdout, topics and partitions one after another, in the order of
// offsets. Keys, values and the values of headers are in base64, or null.

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class ReadTopic {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

  static String toJson(ConsumerRecord<byte[], byte[]> record) throws Exception {
    ObjectNode node = JSON.createObjectNode();
    node.put("topic", record.topic());
    node.put("partition", record.partition());
    node.put("offset", record.offset());
    node.put("timestamp", record.timestamp());
    node.put("timestamp_type", record.timestampType().toString());
    node.put("key_b64", record.key());
    ArrayNode headers = node.putArray("headers");
    for (Header header : record.headers()) {
      headers.addObject().put("key", header.key()).put("value_b64", header.value());
    }
    node.put("value_b64", record.value());
    return JSON.writeValueAsString(node);
  }

  // The position, not a count of records, says when the end is reached: at the end of a partition
  // there may be markers of transactions or a gap, and nothing is returned for them.
  static void readPartition(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition,
      PrintStream out) throws Exception {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    long heard = System.nanoTime();
    while (consumer.position(partition) < end) {
      long before = consumer.position(partition);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        if (record.offset() < end) {
          out.print(toJson(record) + "\n");
        }
      }
      if (consumer.position(partition) != before) {
        heard = System.nanoTime();
      } else if (System.nanoTime() - heard > LONGEST_SILENCE.toNanos()) {
        throw new IllegalStateException(partition + ": no news at offset " + before + " of " + end);
      }
    }
  }

  static Properties properties(String bootstrap) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
    properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
    properties.put("isolation.level", "read_committed");
    properties.put("max.partition.fetch.bytes", "16000000");
    properties.put("fetch.max.bytes", "16000000");
    return properties;
  }

  public static void main(String[] args) {
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 20));
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties(args[0]))) {
      for (String topic : List.of(args).subList(1, args.length)) {
        List<TopicPartition> partitions = new java.util.ArrayList<>();
        for (var info : consumer.partitionsFor(topic)) {
          partitions.add(new TopicPartition(topic, info.partition()));
        }
        partitions.sort(Comparator.comparing(TopicPartition::partition));
        for (TopicPartition partition : partitions) {
          readPartition(consumer, partition, out);
        }
      }
    } catch (Exception e) {
      System.err.println("ReadTopic: " + e);
      System.exit(1);
    }
    out.flush();
  }
}
