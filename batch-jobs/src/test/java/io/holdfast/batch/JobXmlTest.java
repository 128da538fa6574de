package io.holdfast.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the compiler cannot see of the job XML. */
class JobXmlTest {
  private static final Path JOBS = Path.of("src/main/resources/META-INF/batch-jobs");
  private static final Path CLASSES = Path.of("target/classes");
  private static final Map<String, Class<?>> BEANS = namedBeans();

  static List<Path> jobs() throws IOException {
    try (Stream<Path> files = Files.list(JOBS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void everyReferenceIsADependentNamedBean(Path job) throws Exception {
    for (Element element : elements(parse(job), "*")) {
      if (element.hasAttribute("ref")) {
        Class<?> bean = BEANS.get(element.getAttribute("ref"));
        assertNotNull(bean, "no bean named " + element.getAttribute("ref"));
        assertTrue(
            bean.isAnnotationPresent(Dependent.class),
            bean + " would be shared by partitions and lose its properties");
      }
      if (element.getTagName().equals("property")
          && element.getAttribute("name").equals("channel")) {
        assertNotNull(BEANS.get(element.getAttribute("value")), element.getAttribute("value"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void nothingIsEverSkipped(Path job) throws Exception {
    Document xml = parse(job);
    assertEquals(
        List.of(), elements(xml, "skippable-exception-classes"), "a skipped extent is lost");
    for (Element chunk : elements(xml, "chunk")) {
      assertFalse(chunk.hasAttribute("skip-limit"));
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  @Tag("JOB-09")
  @Tag("OPT-10")
  void everyTransferIsPartitionedAndHasATransactionTimeout(Path job) throws Exception {
    for (Element chunk : elements(parse(job), "chunk")) {
      Element step = (Element) chunk.getParentNode();
      long timeout =
          elements(step, "property").stream()
              .filter(
                  property ->
                      property.getAttribute("name").equals("jakarta.transaction.global.timeout"))
              .mapToLong(property -> Long.parseLong(property.getAttribute("value")))
              .findFirst()
              .orElse(0);
      assertTrue(timeout >= 30 * 24 * 3600, "a speed limit may hold a window for days");
      assertEquals(1, elements(step, "mapper").size());
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void parametersAreIds(Path job) throws Exception {
    Pattern allowed =
        Pattern.compile(
            "#\\{jobParameters\\['(taskId|jobId|type|user)'\\]\\}(\\?:;)?"
                + "|#\\{partitionPlan\\['(diskNo|diskKey|streamNo)'\\]\\}"
                + "|[a-zA-Z]+Channel|\\d+");
    for (Element property : elements(parse(job), "property")) {
      assertTrue(
          allowed.matcher(property.getAttribute("value")).matches(),
          property.getAttribute("value"));
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void namesAndIntroductionAreThere(Path job) throws Exception {
    Document xml = parse(job);
    String id = xml.getDocumentElement().getAttribute("id");
    assertEquals(job.getFileName().toString(), id + ".xml");
    Node first = xml.getFirstChild();
    assertEquals(Node.COMMENT_NODE, first.getNodeType(), "a job begins with its comment");
    for (String word : List.of("Restart:", "Parameters:", "Idempotent:")) {
      assertTrue(first.getNodeValue().contains(word), word);
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void aStepThatFailedFailsTheJob(Path job) throws Exception {
    for (Element step : elements(parse(job), "step")) {
      List<Element> transitions = elements(step, "next");
      if (!transitions.isEmpty()) {
        assertEquals(
            List.of("*"),
            elements(step, "fail").stream().map(fail -> fail.getAttribute("on")).toList(),
            "without it the job ends COMPLETED and cannot be restarted");
      }
    }
  }

  private static Document parse(Path job) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(job.toFile());
  }

  private static List<Element> elements(Document xml, String name) {
    return elements(xml.getDocumentElement(), name);
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static Map<String, Class<?>> namedBeans() {
    Map<String, Class<?>> beans = new TreeMap<>();
    try (Stream<Path> files = Files.walk(CLASSES)) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> CLASSES.relativize(file).toString())
          .filter(name -> name.startsWith("io") && !name.contains("package-info"))
          .map(JobXmlTest::load)
          .filter(type -> type.isAnnotationPresent(Named.class))
          .forEach(type -> beans.put(type.getAnnotation(Named.class).value(), type));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return beans;
  }

  private static Class<?> load(String file) {
    String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      return Class.forName(name, false, JobXmlTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
