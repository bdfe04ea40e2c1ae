// Appends records to a topic with Kafka's own producer.
//
//   java -cp "$LIBS/*" WriteTopic.java BOOTSTRAP TOPIC [COMPRESSION] < records
//
// A record is a JSON object as ReadTopic prints it: partition (may be left out), timestamp,
// key_b64, headers, value_b64. It ends well only when the broker acknowledged every record.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class WriteTopic {
  static byte[] bytes(JsonNode node) throws Exception {
    return node == null || node.isNull() ? null : node.binaryValue();
  }

  static ProducerRecord<byte[], byte[]> fromJson(String topic, JsonNode node) throws Exception {
    Integer partition = node.has("partition") ? node.get("partition").asInt() : null;
    Long timestamp = node.has("timestamp") ? node.get("timestamp").asLong() : null;
    var record = new ProducerRecord<>(topic, partition, timestamp, bytes(node.get("key_b64")),
        bytes(node.get("value_b64")));
    for (JsonNode header : node.path("headers")) {
      record.headers().add(header.get("key").asText(), bytes(header.get("value_b64")));
    }
    return record;
  }

  public static void main(String[] args) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    properties.put("key.serializer", ByteArraySerializer.class.getName());
    properties.put("value.serializer", ByteArraySerializer.class.getName());
    properties.put("compression.type", args.length > 2 ? args[2] : "zstd");
    properties.put("max.request.size", "4194304");
    properties.put("delivery.timeout.ms", "40000");
    properties.put("request.timeout.ms", "30000");
    properties.put("max.block.ms", "30000");
    ObjectMapper json = new ObjectMapper();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"))) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        sent.add(producer.send(fromJson(args[1], json.readTree(line))));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (Exception e) {
      System.err.println("WriteTopic: " + e);
      System.exit(1);
    }
  }
}
