using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WazoPlugind.Processes.Files;

/// <summary>The few system calls that .NET has no method for.</summary>
public static partial class LibC
{
    private const int ReadOnlyNonBlockingNoFollowCloseOnExec = 0x0 | 0x800 | 0x20000 | 0x80000;
    private const int WriteOnlyCreateAppendCloseOnExec = 0x1 | 0x40 | 0x400 | 0x80000;
    private const int GroupAndOthersWrite = 0x12;
    private const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000;
    private const int ReadableByAll = 0x1A4;
    private const int LockExclusively = 2;
    private const int LockExclusivelyOrFail = 2 | 4;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int Kill = 9;
    private const int Stop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>
    /// Opens a file that must be a regular one: neither a FIFO's other end is waited for nor a device read, and a link at the end of
    /// the path is not followed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened, or is something else.</exception>
    public static SafeFileHandle OpenRegularFile(string path)
    {
        var file = Open(path, ReadOnlyNonBlockingNoFollowCloseOnExec);
        if (FileStatus.Of(file) is { IsRegularFile: true })
            return file;
        file.Dispose();
        throw new IOException($"{path}: not a regular file");
    }

    /// <summary>Opens a file so that every write goes to its end, whoever else writes to it.</summary>
    /// <param name="path">The file; it is created if need be.</param>
    /// <param name="owner">Whom a file that is created is given to; <c>null</c> for this process's own user.</param>
    /// <exception cref="IOException">It cannot be opened, or not be given away.</exception>
    public static SafeFileHandle OpenForAppending(string path, UnixUser? owner = null)
    {
        if (owner is not null && !File.Exists(path))
            Create(path, owner);
        return Open(path, WriteOnlyCreateAppendCloseOnExec);
    }

    /// <summary>Locks a file for this process alone (flock(2)), until the handle is closed or the process ends, however it does.</summary>
    /// <param name="path">The file; it is created if need be.</param>
    /// <param name="wait">Whether to wait, without an end, for whoever has it.</param>
    /// <returns>The lock, or <c>null</c> where someone else has it.</returns>
    /// <exception cref="IOException">The file cannot be opened or locked.</exception>
    public static SafeFileHandle? LockFile(string path, bool wait)
    {
        var file = Open(path, ReadWriteCreateCloseOnExec);
        while (Lock(file, wait ? LockExclusively : LockExclusivelyOrFail) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            file.Dispose();
            return error == WouldBlock ? null : throw Error(path);
        }

        return file;
    }

    /// <summary>Gives a file or directory to a user.</summary>
    /// <param name="path">The file or directory; a link is not followed.</param>
    /// <param name="user">The new owner.</param>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public static void ChangeOwner(string path, UnixUser user)
    {
        if (ChangeLinkOwner(path, user.Uid, user.Gid) != 0)
            throw Error(path);
    }

    /// <summary>
    /// Lets what this process and its children create have the usual permissions (rw-r--r-- and rwxr-xr-x), whatever umask(2) the
    /// administrator's shell or the unit has set: others of its processes read it.
    /// </summary>
    public static void UseUsualUmask() => _ = SetUmask(GroupAndOthersWrite);

    /// <summary>Ends every process of a group with SIGKILL.</summary>
    /// <param name="group">The group's id, which is its leader's process id.</param>
    /// <returns>Whether there was any.</returns>
    public static bool KillGroup(int group) => SendSignal(-group, Kill) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    /// <summary>Ends a process with SIGKILL; nothing happens when it has ended.</summary>
    /// <param name="process">Its id.</param>
    public static void KillProcess(int process) => _ = SendSignal(process, Kill);

    /// <summary>Stops a process with SIGSTOP: it starts nothing more.</summary>
    /// <param name="process">Its id.</param>
    public static void StopProcess(int process) => _ = SendSignal(process, Stop);

    /// <summary>Makes this process another user for good.</summary>
    /// <param name="user">The user.</param>
    /// <exception cref="IOException">This process may not.</exception>
    public static void BecomeUser(UnixUser user)
    {
        if (SetGroups(user.Name, user.Gid) != 0 || SetGroup(user.Gid) != 0 || SetUser(user.Uid) != 0)
            throw Error($"cannot become {user.Name}");
    }

    /// <summary>Gives back to the system what native code has freed, the compiler at run time most of all: else each thread's pool keeps it.</summary>
    public static void ReleaseFreedMemory() => _ = TrimHeap(0);

    /// <summary>The error of the last call.</summary>
    /// <param name="what">What it was about.</param>
    internal static IOException Error(string what) => new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    // Killed in between, there is no file of that name yet, and not one that its owner may not write.
    private static void Create(string path, UnixUser owner)
    {
        var incomplete = $"{path}.{Environment.ProcessId}";
        Open(incomplete, WriteOnlyCreateAppendCloseOnExec).Dispose();
        try
        {
            ChangeOwner(incomplete, owner);
            File.Move(incomplete, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was quicker.
            File.Delete(incomplete);
        }
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var descriptor = Open(path, flags, ReadableByAll);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Error(path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetUmask(int mask);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetGroups(string user, uint gid);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint gid);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint uid);
}
