package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.holdfast.system.Bed;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A window with the console in it, moved by the ids of its elements. It remembers everything the
 * browser complains about and every wrong word, and fails with all of it when closed. One thread.
 */
final class ConsolePage implements AutoCloseable {
  private static final Path SCREENSHOTS = Bed.ROOT.resolve("src-test/system/target/screenshots");
  private static final double LIMIT_MILLIS = 20_000;
  private static final int CLIENT_ERROR = 400;

  /**
   * Everything a reader can see or hear: texts, titles, labels, placeholders; not a log line's
   * code.
   */
  private static final String WORDS =
      """
      () => {
        const words = [document.title, document.body.innerText];
        for (const e of document.querySelectorAll('[title],[aria-label],[placeholder],[alt]')) {
          if (!e.checkVisibility() || e.closest('.hf-log td')) continue;
          for (const a of ['title', 'aria-label', 'placeholder', 'alt']) {
            if (e.getAttribute(a)) words.push(e.getAttribute(a));
          }
        }
        return words.join('\\n');
      }
      """;

  private static final String IDLE =
      "() => document.readyState === 'complete'"
          + " && (!window.PrimeFaces || PrimeFaces.ajax.Queue.isEmpty())"
          + " && (!window.jQuery || jQuery(':animated').length === 0)";

  private final BrowserContext context;
  private final Page page;
  private final String console;
  private final Wording wording;
  private final Set<String> faults = new LinkedHashSet<>();
  private Language language;

  ConsolePage(BrowserContext context, String console, Language language, Wording wording) {
    this.context = context;
    this.console = console;
    this.language = language;
    this.wording = wording;
    context.setDefaultTimeout(LIMIT_MILLIS);
    this.page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if ("error".equals(message.type())) {
            faults.add(page.url() + ": " + message.text());
          }
        });
    page.onPageError(error -> faults.add(page.url() + ": " + error));
    page.onResponse(
        response -> {
          if (response.status() >= CLIENT_ERROR) {
            faults.add(response.status() + " " + response.url());
          }
        });
  }

  Language language() {
    return language;
  }

  /** Opens a page by its address under the console. */
  void go(String address) {
    page.navigate(console + address);
    settle();
  }

  /** Opens a page by the navigation and judges it. */
  void visit(String navigation, String address) {
    click(navigation + ":link");
    page.waitForURL(url -> url.contains(address));
    look(address.replaceAll(".*/|\\.xhtml", ""));
  }

  /** Waits until no request of the page is under way and nothing moves. */
  void settle() {
    page.waitForFunction(IDLE);
  }

  Locator byId(String id) {
    return page.locator("[id=\"" + id + "\"]");
  }

  Locator find(String selector) {
    return page.locator(selector);
  }

  void click(String id) {
    byId(id).click();
    settle();
  }

  void fill(String id, String value) {
    byId(id).fill(value);
  }

  /** Chooses by label from a selection list. */
  void choose(String id, String label) {
    openList(id).locator("li[data-label=\"" + label + "\"]").click();
    settle();
  }

  /** Chooses the n-th entry, from 0, after the empty one. */
  void chooseAt(String id, int n) {
    openList(id).locator("li:not([data-label$=\"…\"])").nth(n).click();
    settle();
  }

  /**
   * Checks the one entry of a list of check boxes whose label ends so, and closes the list.
   *
   * @param ending letters, digits and hyphens: the browser's regular expressions know no quoting
   */
  void check(String id, String ending) {
    byId(id).click();
    Locator panel = find("[id=\"" + id + "_panel\"]");
    panel.waitFor();
    Pattern label = Pattern.compile(" " + ending + "\\s*$");
    panel
        .locator("li.ui-selectcheckboxmenu-item")
        .filter(new Locator.FilterOptions().setHasText(label))
        .locator(".ui-chkbox-box")
        .click();
    panel.locator(".ui-selectcheckboxmenu-close").click();
    settle();
  }

  /** Opens a selection list and waits until its animation is over. */
  private Locator openList(String id) {
    byId(id).click();
    Locator panel = find("[id=\"" + id + "_panel\"].ui-connected-overlay-enter-done");
    panel.waitFor();
    return panel;
  }

  /** Chooses one of a group of radio buttons by its value. */
  void radio(String id, String value) {
    byId(id)
        .locator(".ui-radiobutton:has(input[value=\"" + value + "\"]) .ui-radiobutton-box")
        .click();
    settle();
  }

  void waitFor(String id) {
    byId(id).first().waitFor();
  }

  /**
   * Waits until a dialog that opens has put the cursor into its first field: from then on it takes
   * typing.
   */
  void waitForFocus(String id) {
    page.waitForFunction("id => document.activeElement.id === id", id);
  }

  void waitGone(String id) {
    byId(id).waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
  }

  void waitForAddress(String part) {
    page.waitForURL(url -> url.contains(part));
    settle();
  }

  String text(String id) {
    return byId(id).innerText().strip();
  }

  boolean isThere(String id) {
    return byId(id).count() > 0;
  }

  String address() {
    return page.url();
  }

  String words() {
    return (String) page.evaluate(WORDS);
  }

  /** Switches the language by the link of the page. */
  void speak(Language wanted) {
    byId(wanted.switchId()).click();
    page.waitForFunction("tag => document.documentElement.lang === tag", wanted.tag());
    language = wanted;
    settle();
  }

  /** Judges what is on the screen, and keeps a picture of it. */
  void look(String name) {
    settle();
    picture(name);
    if (!language.tag().equals(page.evaluate("() => document.documentElement.lang"))) {
      faults.add(name + ": lang is not " + language.tag());
    }
    wording.faults(language, words()).forEach(fault -> faults.add(name + ": " + fault));
  }

  private void picture(String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(language.tag() + "-" + name + ".png")));
  }

  /** Fails when a page was faulty; a test that already fails gets this on top. */
  @Override
  public void close() {
    picture("last");
    context.close();
    assertEquals(Set.of(), faults, "what is wrong on the pages");
  }
}
