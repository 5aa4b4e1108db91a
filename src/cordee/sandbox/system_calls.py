"""Which system calls may an untrusted program never make? A seccomp filter, written out: no package, no library.

It covers what Landlock leaves open: sockets of every family, signals, modes and dates of files, leaving the process
group, System V memory, io_uring, splice. What only root may do is out of reach because root is left first. Numbers are
those of the kernel's own headers for both architectures.
"""

from __future__ import annotations

import ctypes
import functools
import struct

DENIED = {  # name: number on x86_64, number on aarch64 (0: does not exist there)
    "socket": (41, 198), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "kcmp": (312, 272), "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "setsid": (112, 157), "setpgid": (109, 154),
    "unshare": (272, 97), "setns": (308, 268), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "personality": (135, 92),
    "modify_ldt": (154, 0), "splice": (275, 76), "tee": (276, 77), "vmsplice": (278, 75), "fanotify_init": (300, 262),
    "inotify_add_watch": (254, 27), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "msgget": (68, 186), "semget": (64, 190), "shmget": (29, 194), "mq_open": (240, 180), "setpriority": (141, 140),
    "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118),
    "sched_setattr": (314, 274), "ioprio_set": (251, 30), "chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452, 452), "chown": (92, 0), "fchown": (93, 55), "lchown": (94, 0), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "utime": (132, 0), "utimes": (235, 0), "futimesat": (261, 0),
    "utimensat": (280, 88), "truncate": (76, 45),
}  # fmt: skip
# Where bubblewrap takes Landlock's place: a program that may have one process has no second, and a worker that has shut
# its doors opens no file, not even one of those that it was made of.
PROCESSES = {"clone": (56, 220), "fork": (57, 0), "vfork": (58, 0)}
FILES = {
    "open": (2, 0), "openat": (257, 56), "openat2": (437, 437), "creat": (85, 0), "open_tree": (428, 428),
    "execve": (59, 221), "execveat": (322, 281), "mkdir": (83, 0), "mkdirat": (258, 34), "mknod": (133, 0),
    "mknodat": (259, 33), "rename": (82, 0), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, 0),
    "linkat": (265, 37), "symlink": (88, 0), "symlinkat": (266, 36), "unlink": (87, 0), "unlinkat": (263, 35),
    "rmdir": (84, 0), "chdir": (80, 49), "fchdir": (81, 50), "chroot": (161, 51),
}  # fmt: skip
ARCHITECTURES = {"x86_64": (0xC000003E, 56, 302), "aarch64": (0xC00000B7, 220, 261)}  # audit number, clone, prlimit64
LAST_KNOWN_CALL, CLONE3 = 462, 435  # newer calls, and clone3 whose flags cannot be read, "do not exist"
NEW_NAMESPACES = 0x7E020000
NOT_PERMITTED, NO_SUCH_CALL, KILLED, ALLOWED = 0x50001, 0x50026, 1 << 31, 0x7FFF0000


@functools.cache
def system_call_filter(
    machine: str, *, without_processes: bool = False, without_files: bool = False
) -> ctypes.Array[ctypes.c_char]:
    """The filter for prctl(PR_SET_SECCOMP): 8 bytes an instruction: code, jump if true, jump if false, value."""
    audit, clone, prlimit = ARCHITECTURES[machine]
    load, equal, above, any_bit, answer = 0x20, 0x15, 0x25, 0x45, 0x06
    code = [(load, 0, 0, 4), (equal, 1, 0, audit), (answer, 0, 0, KILLED), (load, 0, 0, 0)]
    code += [(above, 1, 0, LAST_KNOWN_CALL), (equal, 0, 1, CLONE3), (answer, 0, 0, NO_SUCH_CALL)]
    denied = DENIED | (PROCESSES if without_processes else {}) | (FILES if without_files else {})
    for numbers in denied.values():
        if number := numbers[list(ARCHITECTURES).index(machine)]:
            code += [(equal, 0, 1, number), (answer, 0, 0, NOT_PERMITTED)]
    code += [(equal, 0, 2, clone), (load, 0, 0, 16), (any_bit, 3, 4, NEW_NAMESPACES)]  # clone: not into namespaces
    code += [(equal, 0, 3, prlimit), (load, 0, 0, 16), (equal, 1, 0, 0)]  # prlimit64: on itself only
    code += [(answer, 0, 0, NOT_PERMITTED), (answer, 0, 0, ALLOWED)]
    return ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code), 8 * len(code))
