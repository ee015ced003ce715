// The Java work of the program matrix: prints only what is the same on every run.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.*;
import java.util.stream.*;
import java.util.zip.*;

public class Work {
    static String digest(Object value) throws Exception {
        byte[] bytes = value instanceof byte[] b ? b : value.toString().getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)).substring(0, 20);
    }

    static String churn(long seed) throws Exception {
        TreeMap<String, List<Long>> table = new TreeMap<>();
        for (int i = 0; i < 60000; i++) {
            seed = seed * 16807 % 2147483647L;
            table.computeIfAbsent("k" + seed % 5003, k -> new ArrayList<>()).add(seed % 101);
            if (seed % 17 == 0) table.remove("k" + seed % 701);
        }
        return digest(table);
    }

    static byte[] squeeze(byte[] data, int level) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream stream = new DeflaterOutputStream(out, new Deflater(level))) { stream.write(data); }
        return out.toByteArray();
    }

    public static void main(String[] arguments) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<String>> futures = new ArrayList<>();
        for (int i = 0; i < 16; i++) { long seed = i + 1; futures.add(pool.submit(() -> churn(seed))); }
        for (Future<String> future : futures) System.out.println("churn " + future.get());

        byte[] data = IntStream.range(0, 60000).mapToObj(i -> "line " + i * 7919 % 10007).collect(Collectors.joining("\n")).getBytes();
        List<Future<Boolean>> checks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int level = 1 + i % 9;
            checks.add(pool.submit(() -> Arrays.equals(data, new InflaterInputStream(new ByteArrayInputStream(squeeze(data, level))).readAllBytes())));
        }
        int right = 0;
        for (Future<Boolean> check : checks) if (check.get()) right++;
        System.out.println("zlib " + right + " " + digest(data));
        pool.shutdown();

        // Native memory that the collector frees.
        long sum = 0;
        for (int i = 0; i < 3000; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 + i * 37 % 60000);
            buffer.put(0, (byte) i);
            sum += buffer.get(0) + buffer.capacity();
        }
        System.gc();
        System.out.println("direct " + sum);

        // Threads that are born and end: thread stacks, TLS and native handles come and go.
        long[] totals = new long[600];
        for (int round = 0; round < 600; round += 20) {
            Thread[] threads = new Thread[20];
            for (int i = 0; i < 20; i++) {
                int index = round + i;
                (threads[i] = new Thread(() -> totals[index] = new StringBuilder("x".repeat(index)).reverse().length())).start();
            }
            for (Thread thread : threads) thread.join();
        }
        System.out.println("threads " + LongStream.of(totals).sum());

        String text = IntStream.range(0, 20000).mapToObj(i -> "user" + i % 977 + "@host" + i % 13).collect(Collectors.joining(" "));
        System.out.println("regex " + Pattern.compile("(user\\d+)@(host1\\d?)").matcher(text).results().count());
        System.out.println("parallel " + IntStream.rangeClosed(1, 200000).parallel().filter(n -> n % 7 == 3).mapToLong(n -> (long) n * n).sum());

        for (int i = 0; i < 10; i++) {
            Process process = new ProcessBuilder("/bin/sh", "-c", "seq " + (i + 1) * 100 + " | tail -n 1").start();
            System.out.print(new String(process.getInputStream().readAllBytes()).trim() + "/" + process.waitFor() + " ");
        }
        System.out.println();
    }
}
