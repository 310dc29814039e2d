// The database held against its log, at the start: whoever can write the file but has no key can neither add, change
// nor remove a row that the log answers for, nor put an older one back, without this. For fsck: service.h. Inside
// service.
#pragma once
#include "store/store.h"

namespace puente::service {

Status hold_against_log(const store::Store& store);  // kCorrupt, with what to do

}  // namespace puente::service
