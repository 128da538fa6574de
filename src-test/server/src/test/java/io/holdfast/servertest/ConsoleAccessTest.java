package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.servertest.inside.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The trap of container security: a mapping that is missing leaves constrained pages open and
 * everything seems to work. Every page file of the console is asked for without a login.
 */
@ExtendWith(ArquillianExtension.class)
@Order(3)
class ConsoleAccessTest {
  private static final String CONSOLE = "/holdfast/console/";

  @Test
  @Tag("USR-01")
  @Tag("CON-01")
  void everyPageLeadsNobodyToTheLogin() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> pages = new ArrayList<>(pages());
    assertTrue(pages.size() > 15, "pages: " + pages);
    pages.add("");
    pages.add("nothing/here.xhtml");
    for (String page : pages) {
      for (String method : List.of("GET", "POST")) {
        Http.Answer answer = Http.anonymous().page(method, CONSOLE + page);
        if (answer.status() != 302 || !answer.location().contains("/console/login/login.xhtml")) {
          wrong.add(method + " " + page + " -> " + answer.status() + " " + answer.location());
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  @Tag("USR-01")
  void noSpellingOfAPathGetsPastTheLogin() {
    List<String> wrong = new ArrayList<>();
    for (String path :
        List.of(
            "/holdfast/console/overview/overview.xhtml;jsessionid=1",
            "/holdfast/console;x=1/overview/overview.xhtml",
            "/holdfast//console/overview/overview.xhtml",
            "/holdfast/console//overview/overview.xhtml",
            "/holdfast/./console/overview/overview.xhtml",
            "/holdfast/%63onsole/overview/overview.xhtml",
            "/holdfast/console/login/../overview/overview.xhtml",
            "/holdfast/console/login/%2e%2e/overview/overview.xhtml",
            "/holdfast/console/login/..%2foverview/overview.xhtml",
            "/holdfast/console/login/..;/overview/overview.xhtml",
            "/holdfast/CONSOLE/overview/overview.xhtml",
            "/holdfast/WEB-INF/web.xml",
            "/holdfast/WEB-INF/templates/page.xhtml")) {
      Http.Answer answer = Http.anonymous().page("GET", path);
      if (answer.status() / 100 == 2) {
        wrong.add(path + " -> " + answer.status());
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  @Tag("USR-01")
  void theLoginItselfIsOpenAndATokenIsNoWayIntoTheConsole() {
    assertEquals(200, Http.anonymous().page("GET", CONSOLE + "login/login.xhtml").status());
    String token =
        Http.anonymous().login("admin", io.holdfast.servertest.inside.Accounts.ADMIN_PASSWORD);
    assertEquals(
        302,
        Http.anonymous().with(token).page("GET", CONSOLE + "overview/overview.xhtml").status());
  }

  private static List<String> pages() throws IOException {
    Path console =
        Path.of(System.getProperty("holdfast.root"), "web", "src", "main", "webapp", "console");
    try (Stream<Path> files = Files.walk(console)) {
      return files
          .filter(file -> file.toString().endsWith(".xhtml"))
          .map(file -> console.relativize(file).toString().replace('\\', '/'))
          .filter(page -> !page.startsWith("login/") && !page.startsWith("error/"))
          .sorted()
          .toList();
    }
  }
}
