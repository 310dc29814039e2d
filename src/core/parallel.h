// A loop whose turns are independent, on several threads.
#pragma once
#include <cstddef>
#include <functional>

namespace puente {

int cores();  // of this machine; at least 1

// Calls work(thread, item) once for each item below `items`, in no order, on at most `threads` threads numbered from 0,
// of which the caller's is one; returns when all is done. work must not throw.
void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work);

// The same thing once, on a thread that gets the processors when nobody else wants them, as do the threads it starts;
// returns when it is done. What holds a lock does not belong there.
void run_last(const std::function<void()>& work);

}  // namespace puente
