// A loop whose turns are independent, on several threads.
#pragma once
#include <cstddef>
#include <functional>

namespace puente {

int cores();  // of this machine; at least 1

// Calls work(thread, item) once for each item below `items`, in no order, on at most `threads` threads numbered from 0,
// of which the caller's is one; returns when all is done. work must not throw.
void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work);

}  // namespace puente
