// A loop whose turns are independent, on several threads.
#pragma once
#include <cstddef>
#include <functional>

namespace puente {

int cores();  // of this machine; at least 1

// Calls work(thread, item) once for each item below `items`, in no order, on at most `threads` threads numbered from 0,
// of which the caller's is one; returns when all is done. work must not throw.
void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work);

// How much less a thread gets of the processors than others do, when all want them: nice(2)'s numbers.
inline constexpr int kNiceToNobody = 0, kNicest = 19;

// From here on this thread, and those it starts, are at least so nice. There is no way back, so it must be one that
// ends with its work. What holds a lock for long does not belong there.
void give_way(int niceness = kNicest);

// Once, on a thread of its own, so nice; returns when it is done.
void run_apart(int niceness, const std::function<void()>& work);

}  // namespace puente
