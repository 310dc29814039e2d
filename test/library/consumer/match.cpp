#include <cstdio>
#include <puente/puente.hpp>

int main(int, char** files) {
  const auto probe = puente::Print::of_file(files[1]), candidate = puente::Print::of_file(files[2]);
  const auto read_back = puente::Print::read(candidate.write());
  const double score = puente::compare(probe, read_back);
  std::printf("score %.1f: one stranger in %.0f is so alike\n", score, 1 / puente::false_match_rate(score));
  return score >= 40 ? 0 : 1;
}
