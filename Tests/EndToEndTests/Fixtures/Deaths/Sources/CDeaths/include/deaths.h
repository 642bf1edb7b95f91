#ifndef DEATHS_H
#define DEATHS_H

#ifdef __cplusplus
extern "C" {
#endif

void death_null_read(void);
void death_null_call(void);
void death_read_only_write(void);
void death_bus(void);
void death_division(void);
void death_stack_overflow(void);
void death_double_free(void);
void death_heap_overflow(void);
void death_stack_smashing(void);
void death_abort(void);
void death_assert(void);
void death_illegal_instruction(void);
void death_breakpoint(void);
void death_cxx_exception(void);
void death_bad_alloc(void);

/// Has a child, made by fork(2), crash; returns the signal that ended it.
int child_dies(void);
/// Installs a handler for SIGSEGV that ends the process with 42.
void handle_segmentation_fault(void);

#ifdef __cplusplus
}
#endif

#endif
