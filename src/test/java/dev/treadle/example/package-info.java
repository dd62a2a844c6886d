/** The README's example, compiled and run. */
@NullMarked
package dev.treadle.example;

import org.jspecify.annotations.NullMarked;
