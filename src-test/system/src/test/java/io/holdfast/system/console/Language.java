package io.holdfast.system.console;

/** A language of the console. */
enum Language {
  EN("en", "en-GB", "topForm:languageEn"),
  ZH("zh", "zh-CN", "topForm:languageZh");

  private final String tag;
  private final String browserLocale;
  private final String switchId;

  Language(String tag, String browserLocale, String switchId) {
    this.tag = tag;
    this.browserLocale = browserLocale;
    this.switchId = switchId;
  }

  /** As in {@code <html lang>}. */
  String tag() {
    return tag;
  }

  /** What the browser asks for before anything was chosen. */
  String browserLocale() {
    return browserLocale;
  }

  /** The id of the link that switches to it. */
  String switchId() {
    return switchId;
  }

  Language other() {
    return this == EN ? ZH : EN;
  }
}
