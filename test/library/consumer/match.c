/* match PROBE CANDIDATE: the same in C99. */
#include <puente/puente.h>
#include <stdio.h>
#include <stdlib.h>

static puente_print* print_of(const char* path) {
  static uint8_t bytes[1 << 22];
  puente_print* print = NULL;
  FILE* file = fopen(path, "rb");
  if (file == NULL) exit(2);
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  if (puente_print_of_image(bytes, size, 0, &print) != PUENTE_OK) {
    fprintf(stderr, "%s: %s\n", path, puente_message());
    exit(2);
  }
  return print;
}

int main(int argc, char** argv) {
  double score = 0;
  if (argc != 3) return 2;
  puente_print* probe = print_of(argv[1]);
  puente_print* candidate = print_of(argv[2]);
  if (puente_compare(probe, candidate, &score) != PUENTE_OK) return 2;
  printf("libpuente %s: score %.1f, false match rate %g\n", puente_version(), score, puente_false_match_rate(score));
  puente_free_print(candidate);
  puente_free_print(probe);
  return score >= 40 ? 0 : 1;
}
