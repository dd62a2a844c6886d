package dev.treadle;

import java.util.List;

/**
 * Brings agents into a deployment. Found by {@link java.util.ServiceLoader}, so that the same class
 * serves the Lambda functions and the local runtime.
 */
public interface AgentSource {
  List<Agent> agents();
}
