// Runs Kafka's own DumpLogSegments over the files named on stdin, one path a line, in one JVM.
//
//   java -cp "$LIBS/*" DumpFiles.java < paths
//
// Keys and values are printed in base64, because the tool's own decoder writes them as they are,
// and a value with a line break in it could then pass for a line of the report.

import java.io.BufferedReader;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Base64;
import java.util.stream.Collectors;
import org.apache.kafka.tools.api.Decoder;

public class DumpFiles {
  // Larger than any batch of ours, so that an index entry never points at a "too large" batch.
  static final String LARGEST_BATCH = String.valueOf(100 << 20);

  public static class Base64Decoder implements Decoder<String> {
    @Override
    public String fromBytes(byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  public static void main(String[] args) throws Exception {
    String files = new BufferedReader(new InputStreamReader(System.in)).lines()
        .collect(Collectors.joining(","));
    // The tool prints through Scala's Console, which takes System.out as it is when first used.
    PrintStream out = new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 20));
    System.setOut(out);
    // A program run from source has a class loader that the tool would not ask for the decoder.
    Thread.currentThread().setContextClassLoader(DumpFiles.class.getClassLoader());
    try {
      kafka.tools.DumpLogSegments.main(new String[] {
          "--deep-iteration", "--print-data-log", "--files", files,
          "--max-message-size", LARGEST_BATCH,
          "--key-decoder-class", Base64Decoder.class.getName(),
          "--value-decoder-class", Base64Decoder.class.getName()});
      out.flush();
    } catch (Exception | Error e) {
      out.flush();
      System.err.println("Exception: " + e);
      System.exit(1);
    }
  }
}
