// Inside lab/evaluate/: the images of a directory, extracted and ready to be compared.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/evaluate/evaluate.h"
#include "modality/finger/finger.h"

namespace puente::evaluate {

struct SampleSet {
  Database database;
  std::vector<std::string> paths;                         // of the samples
  double ppi = 0;                                         // from dpi.txt; 0: the images' own
  std::vector<std::optional<finger::Prepared>> prepared;  // of the samples; none where extraction failed
  std::vector<finger::Template> templates;                // likewise; empty ones where it failed
  std::vector<std::optional<finger::Prepared>> beside;    // the second print on the paper, where there is one
};

Result<SampleSet> list_directory(const std::string& directory, const Options& options);
// Fills `prepared` and `database.samples` of all sets on several threads; returns the median milliseconds of an image.
double extract_all(std::vector<SampleSet>& all, const Options& options);

// The so many genuine pairs with the lowest scores, then the impostor ones with the highest, with their causes;
// worst.cc.
std::vector<WorstPair> worst_pairs(const std::vector<SampleSet>& all, int genuine_count, int impostor_count);

double thread_seconds();  // of the processor, by this thread alone: others on the machine do not count

// Runs work(thread, item) for every item, handing out the next one to whoever is free.
void in_parallel(int threads, std::size_t items, const char* what, const Options& options,
                 const std::function<void(int thread, std::size_t item)>& work);

}  // namespace puente::evaluate
