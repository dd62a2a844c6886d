package dev.treadle.web;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A screenshot in 256 colours, which is a third of its size and looks the same. */
final class Picture {
  private static final int COLOURS_MAX = 256;

  private Picture() {}

  static byte[] small(byte[] png) throws IOException {
    BufferedImage full = ImageIO.read(new ByteArrayInputStream(png));
    Map<Integer, Integer> counts = new HashMap<>();
    for (int y = 0; y < full.getHeight(); y++) {
      for (int x = 0; x < full.getWidth(); x++) counts.merge(full.getRGB(x, y), 1, Integer::sum);
    }
    List<Integer> palette =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .limit(COLOURS_MAX)
            .map(Map.Entry::getKey)
            .toList();
    Map<Integer, Integer> nearest = new HashMap<>();
    BufferedImage small =
        new BufferedImage(
            full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model(palette));
    for (int y = 0; y < full.getHeight(); y++) {
      for (int x = 0; x < full.getWidth(); x++) {
        int index = nearest.computeIfAbsent(full.getRGB(x, y), colour -> nearest(colour, palette));
        small.getRaster().setSample(x, y, 0, index);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(small, "png", bytes);
    return bytes.toByteArray();
  }

  private static IndexColorModel model(List<Integer> palette) {
    int[] colours = palette.stream().mapToInt(Integer::intValue).toArray();
    return new IndexColorModel(
        8, colours.length, colours, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
  }

  private static int nearest(int colour, List<Integer> palette) {
    int best = 0;
    for (int i = 1; i < palette.size(); i++) {
      if (distance(colour, palette.get(i)) < distance(colour, palette.get(best))) best = i;
    }
    return best;
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = ((one >> shift) & 0xFF) - ((other >> shift) & 0xFF);
      sum += difference * difference;
    }
    return sum;
  }
}
