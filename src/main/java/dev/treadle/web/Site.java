package dev.treadle.web;

import dev.treadle.approval.ApprovalDesk;
import dev.treadle.approval.Names;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.KillSwitch;
import dev.treadle.engine.Loop;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Every request comes in here and every answer leaves here, with the headers of all answers.
 *
 * <p>Only a POST may change anything. A path is served in exactly one spelling.
 */
public final class Site {
  public static final int BODY_BYTES_MAX = 256 * 1024;
  private static final Logger LOG = Logger.getLogger(Site.class);
  private final List<Route> routes;
  private final Pages pages;

  Site(List<Route> routes, Pages pages) {
    this.routes = List.copyOf(routes);
    this.pages = pages;
  }

  /** The pages and the JSON of approvals. */
  public static Site of(ApprovalDesk desk, Pages pages, InstantSource clock) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new ApprovalRoutes(desk, pages, clock).routes());
    routes.addAll(new InboxRoutes(desk, pages, clock).routes());
    return new Site(routes, pages);
  }

  /** The pages of schedules and other series. */
  public static Site ofSeries(SeriesDesk series, Pages pages) {
    return new Site(new SeriesRoutes(series, pages).routes(), pages);
  }

  /** The pages and the JSON of tasks. */
  public static Site ofTasks(
      Loop loop,
      SeriesTable series,
      KillSwitch kill,
      Names names,
      Optional<AwsConsole> aws,
      Pages pages,
      InstantSource clock) {
    List<Endpoint> endpoints = new ArrayList<>(new TaskApi(loop, series, names, clock).table());
    endpoints.addAll(new HaltApi(kill).table());
    List<Route> routes = new ArrayList<>(OpenApi.routes(endpoints));
    routes.addAll(new TaskPages(loop, kill, names, aws, pages, clock).routes());
    routes.addAll(new HaltPages(kill, pages).routes());
    routes.addAll(new RunPages(loop.starter(), pages, clock).routes());
    return new Site(routes, pages);
  }

  /** This site and another one under the same name. */
  public Site with(Site other) {
    List<Route> both = new ArrayList<>(routes);
    both.addAll(other.routes);
    return new Site(both, pages);
  }

  /** What somebody hears whose token does not open this site; nothing of the site is in it. */
  public Response forbidden(Request request) {
    return HeaderPolicy.on(refusal(request, FORBIDDEN));
  }

  /** The edge: what a handler throws is logged, and the person hears that nothing happened. */
  public Response answer(Request request) {
    Response response;
    try {
      response = routed(request);
    } catch (RuntimeException failed) {
      LOG.errorf(failed, "a %s request failed; its sender was told to try again", request.method());
      response =
          refusal(
              request,
              Problem.of(
                  503,
                  "STORE_UNAVAILABLE",
                  "Nothing was recorded",
                  "Something on our side did not answer. Nothing was recorded. Try again."));
    }
    Response complete = HeaderPolicy.on(response);
    return request.method().equals("HEAD") ? complete.withoutBody() : complete;
  }

  private Response routed(Request request) {
    if (request.bodyBytes() > BODY_BYTES_MAX) return refusal(request, TOO_LARGE);
    Optional<SitePath> path = SitePath.of(request.path());
    if (path.isEmpty()) return refusal(request, NOT_FOUND);
    Set<String> allowed = new TreeSet<>();
    String wanted = request.method().equals("HEAD") ? "GET" : request.method();
    for (Route route : routes) {
      Optional<String> id = route.match(path.get());
      if (id.isEmpty()) continue;
      if (route.method().equals(wanted)) return route.handler().answer(request, id.get());
      allowed.add(route.method());
    }
    return allowed.isEmpty() ? refusal(request, NOT_FOUND) : methodRefused(request, allowed);
  }

  private Response methodRefused(Request request, Set<String> routed) {
    List<String> names = new ArrayList<>(routed);
    if (routed.contains("GET")) names.add("HEAD");
    names.add("OPTIONS");
    String allow = String.join(", ", names);
    return request.method().equals("OPTIONS")
        ? Response.empty(204).with("allow", allow)
        : refusal(request, METHOD).with("allow", allow);
  }

  private Response refusal(Request request, Problem problem) {
    if (request.path().startsWith("/api/")) return problem.response();
    String fragment = pages.message(problem.title(), problem.detail());
    return Response.html(problem.status(), pages.page(problem.title(), fragment));
  }

  private static final Problem NOT_FOUND =
      Problem.of(404, "NOT_FOUND", "There is no such page", "Check the address, or open the link.");
  private static final Problem FORBIDDEN =
      Problem.of(
          403,
          "FORBIDDEN",
          "This is not for you",
          "Sign in with a token of the issuer and audience that this deployment names.");
  private static final Problem METHOD =
      Problem.of(405, "METHOD_NOT_ALLOWED", "Not like this", "The address is read another way.");
  private static final Problem TOO_LARGE =
      Problem.of(
          413,
          "BODY_TOO_LARGE",
          "Too much at once",
          "A request may carry at most " + BODY_BYTES_MAX / 1024 + " KB. Nothing was recorded.");
}
