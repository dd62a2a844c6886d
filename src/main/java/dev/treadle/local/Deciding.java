package dev.treadle.local;

import dev.treadle.Agent;
import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Approver;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.Entrance;
import dev.treadle.approval.LinkKeys;
import dev.treadle.approval.LinkMint;
import dev.treadle.approval.LinkStore;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The human half of a local runtime: who may be asked, and where they answer.
 *
 * @param desk absent without the keys that links and decisions need
 * @param mint absent likewise
 * @param person who reaches the pages on loopback, and so is signed in
 */
record Deciding(
    Approvers approvers, Optional<ApprovalDesk> desk, Optional<LinkMint> mint, String person) {
  static final String APPROVERS_FILE = "approvers.json";

  /** What the deciding side stands on. */
  record Ground(Loop loop, LinkStore links, AgentCatalog agents, Approvers approvers) {}

  static Deciding on(Ground ground, KeyFolder keys, InstantSource clock, RandomGenerator random) {
    Optional<LinkKeys> linkKeys = keys.links();
    Loop loop = ground.loop();
    Optional<ApprovalDesk> desk =
        linkKeys.flatMap(links ->
            keys.signer()
                .map(signer ->
                    new ApprovalDesk(
                        loop.store(),
                        loop.answers(),
                        ground.agents(),
                        ground.approvers(),
                        new Entrance(links, ground.links()),
                        signer,
                        clock)));
    return new Deciding(
        ground.approvers(),
        desk,
        linkKeys.map(links -> new LinkMint(links, ground.links(), random, clock)),
        user());
  }

  /** The file's groups, or else this machine's user in every group that an agent asks. */
  static Approvers approvers(Path data, Collection<Agent> agents) throws IOException {
    Path file = data.resolve(APPROVERS_FILE);
    if (Files.exists(file)) return Approvers.parse(Files.readString(file));
    Approver me = new Approver(user(), user(), user() + "@localhost");
    Map<String, List<Approver>> groups = new TreeMap<>();
    agents.forEach(agent -> agent.gate().groups().forEach(group -> groups.put(group, List.of(me))));
    return new Approvers(groups);
  }

  static String user() {
    return System.getProperty("user.name", "unknown");
  }
}
