// Runs histories of events through the windows of Kafka Streams (TopologyTestDriver).
//
//   java -cp "$LIBS/*" WindowOracle.java STATE_DIR < cases > results
//
// A case is a line `case OPERATOR SIZE STEP GRACE EMIT` and the events in the order of their
// arrival, `TIME KEY ID`; all is separated by tabs, and durations are in milliseconds. OPERATOR is
// tumble, hop, session (SIZE is the gap) or sliding (SIZE is the time difference); EMIT is how the
// results are asked for: suppress or strategy, where each window that the time of a later event has
// closed gives its final result; or table, where the last update of each window is its result. Only
// table is right for session and sliding: suppress gives the final result of theirs one millisecond
// before the aggregation stops to take events into them. Of each case come
//
//   dropped NUMBER TIMES         event NUMBER of the case (from 0) was counted as dropped so often
//   result KEY FROM TO ID,ID...  the result of a window, with the ids in it
//   end

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;

public class WindowOracle {
  static final PrintStream OUT = new PrintStream(new BufferedOutputStream(System.out, 1 << 20),
      false, StandardCharsets.UTF_8);

  // The strategy gives no result of what the store has removed, even by the event that closes it.
  static final Duration ALL_TIME = Duration.ofDays(10_000);

  static String joined(String ids, String more) {
    return ids.isEmpty() ? more : more.isEmpty() ? ids : ids + "," + more;
  }

  static String append(String key, String id, String ids) {
    return joined(ids, id);
  }

  static String merge(String key, String ids, String more) {
    return joined(ids, more);
  }

  static TimeWindowedKStream<String, String> windowed(KGroupedStream<String, String> events,
      String operator, Duration size, Duration step, Duration grace) {
    if (operator.equals("sliding")) {
      return events.windowedBy(SlidingWindows.ofTimeDifferenceAndGrace(size, grace));
    }
    return events.windowedBy(TimeWindows.ofSizeAndGrace(size, grace).advanceBy(step));
  }

  static KTable<Windowed<String>, String> table(KGroupedStream<String, String> events,
      String operator, Duration size, Duration step, Duration grace, EmitStrategy emit) {
    if (operator.equals("session")) {
      // As long as the session may grow, and no longer. The default is a millisecond less: an event
      // that comes in that one begins a session of its own, or is lost without a word.
      Duration kept = size.plus(grace).plusMillis(1);
      return events.windowedBy(SessionWindows.ofInactivityGapAndGrace(size, grace))
          .emitStrategy(emit)
          .aggregate(() -> "", WindowOracle::append, WindowOracle::merge,
              Materialized.<String, String, SessionStore<Bytes, byte[]>>with(
                  Serdes.String(), Serdes.String())
                  .withRetention(kept).withLoggingDisabled().withCachingDisabled());
    }
    return windowed(events, operator, size, step, grace).emitStrategy(emit)
        .aggregate(() -> "", WindowOracle::append,
            Materialized.<String, String, WindowStore<Bytes, byte[]>>with(
                Serdes.String(), Serdes.String())
                .withRetention(ALL_TIME).withLoggingDisabled().withCachingDisabled());
  }

  static void print(Windowed<String> window, String ids) {
    OUT.print("result\t" + window.key() + "\t" + window.window().start() + "\t"
        + window.window().end() + "\t" + ids + "\n");
  }

  // Without an update: the window is a part of another one now.
  static void update(Map<Windowed<String>, String> results, Windowed<String> window, String ids) {
    if (ids == null) {
      results.remove(window);
    } else {
      results.put(window, ids);
    }
  }

  static Topology topology(String[] words, Map<Windowed<String>, String> results) {
    StreamsBuilder builder = new StreamsBuilder();
    KGroupedStream<String, String> events =
        builder.stream("events", Consumed.with(Serdes.String(), Serdes.String()))
            .groupByKey(Grouped.with(Serdes.String(), Serdes.String()));
    String emit = words[5];
    KTable<Windowed<String>, String> table = table(events, words[1], millis(words[2]),
        millis(words[3]), millis(words[4]),
        emit.equals("strategy") ? EmitStrategy.onWindowClose() : EmitStrategy.onWindowUpdate());
    if (emit.equals("suppress")) {
      table = table.suppress(
          Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()));
    }
    if (emit.equals("table")) {
      table.toStream().foreach((window, ids) -> update(results, window, ids));
    } else {
      table.toStream().foreach(WindowOracle::print);
    }
    return builder.build();
  }

  static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  static Properties properties(String stateDirectory) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "oracle");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory);
    properties.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
        BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
    // The strategy looks for closed windows once a second by the wall clock; here, with each event.
    properties.put(
        StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION, 0L);
    return properties;
  }

  static double dropped(TopologyTestDriver driver) {
    double sum = 0;
    for (Metric metric : driver.metrics().values()) {
      if (metric.metricName().name().equals("dropped-records-total")) {
        sum += (Double) metric.metricValue();
      }
    }
    return sum;
  }

  static void runCase(String[] words, BufferedReader in, Properties properties) throws Exception {
    Map<Windowed<String>, String> results = new LinkedHashMap<>();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(topology(words, results), properties)) {
      TestInputTopic<String, String> topic =
          driver.createInputTopic("events", new StringSerializer(), new StringSerializer());
      double before = 0;
      String line;
      for (int number = 0; !(line = in.readLine()).equals("end"); ++number) {
        String[] event = line.split("\t");
        topic.pipeInput(event[1], event[2], Long.parseLong(event[0]));
        double now = dropped(driver);
        if (now > before) {
          OUT.print("dropped\t" + number + "\t" + (long) (now - before) + "\n");
        }
        before = now;
      }
    }
    results.forEach(WindowOracle::print);
    OUT.print("end\n");
    OUT.flush();
  }

  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      runCase(line.split("\t"), in, properties(args[0]));
    }
  }
}
