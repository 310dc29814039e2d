// Task: work that outlives the request for it. Plain value.
#pragma once

namespace puente {

enum class TaskState { kWaiting = 1, kDone = 2, kFailed = 3 };  // numbers are stored
const char* to_string(TaskState state);                         // "waiting", …

}  // namespace puente
