package dev.treadle;

/** How far the effect of a tool reaches when it goes wrong; half of what a gate looks at. */
public enum BlastRadius {
  NONE,
  LOW,
  MEDIUM,
  HIGH,
  VERY_HIGH
}
