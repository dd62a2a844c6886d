/** Tests of the templates, to copy beside an agent of your own. */
@NullMarked
package dev.treadle.agents;

import org.jspecify.annotations.NullMarked;
