// Asks a broker for places in a topic, which it finds by the indexes of its segments.
//
//   java -cp "$LIBS/*" SeekTopic.java BOOTSTRAP TOPIC < queries > answers
//
// A query is "time PARTITION MILLISECONDS" or "offset PARTITION OFFSET". The answer is the query
// and the offset found: of the first record not older than that time (-1: none), or of the first
// record that a fetch from that offset returns.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class SeekTopic {
  static final int MOST_POLLS = 100;

  static long byTime(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long time) {
    OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
    return found == null ? -1 : found.offset();
  }

  static long byOffset(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition,
      long offset) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
    for (int i = 0; i < MOST_POLLS; i++) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
      if (!records.isEmpty()) {
        return records.iterator().next().offset();
      }
    }
    throw new IllegalStateException(partition + ": nothing came from offset " + offset);
  }

  public static void main(String[] args) {
    Map<String, Object> properties = Map.of("bootstrap.servers", args[0],
        "key.deserializer", ByteArrayDeserializer.class.getName(),
        "value.deserializer", ByteArrayDeserializer.class.getName(),
        "auto.offset.reset", "none", "max.partition.fetch.bytes", "4096");
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] words = line.split(" ");
        TopicPartition partition = new TopicPartition(args[1], Integer.parseInt(words[1]));
        long wanted = Long.parseLong(words[2]);
        System.out.println(line + " " + (words[0].equals("time")
            ? byTime(consumer, partition, wanted) : byOffset(consumer, partition, wanted)));
      }
    } catch (Exception e) {
      System.err.println("SeekTopic: " + e);
      System.exit(1);
    }
  }
}
