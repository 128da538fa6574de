# All tests: one Maven run over all modules, ended by Surefire's own summary.

run_suite() {
  setup_for test
  say "running every test; the first time downloads what Maven needs"
  maven verify "$@"
}
