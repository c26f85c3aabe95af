using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WazoPlugind.Processes.Files;

/// <summary>What the file system says of a file: the beginning of what statx(2) fills, which is laid out alike on every machine.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public readonly partial struct FileStatus
{
    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xA000;

    private const int WorkingDirectory = -100;
    private const int NoFollowEmptyPath = 0x100 | 0x1000;
    private const uint BasicStats = 0x7ff;

    [FieldOffset(20)]
    private readonly uint _uid;

    [FieldOffset(24)]
    private readonly uint _gid;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(40)]
    private readonly ulong _size;

    [FieldOffset(136)]
    private readonly ulong _device;

    /// <summary>The owner's id.</summary>
    public uint Uid => _uid;

    /// <summary>The group's id.</summary>
    public uint Gid => _gid;

    /// <summary>The permissions.</summary>
    public UnixFileMode Mode => (UnixFileMode)(_mode & ~TypeMask);

    /// <summary>Its bytes.</summary>
    public long Size => (long)_size;

    /// <summary>The file system that it is on.</summary>
    public ulong Device => _device;

    /// <summary>Whether it is a file with content, and neither a directory, a link, a device, a FIFO nor a socket.</summary>
    public bool IsRegularFile => (_mode & TypeMask) == Regular;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (_mode & TypeMask) == Directory;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (_mode & TypeMask) == Link;

    /// <summary>Looks at a file; a link at the end of the path is not followed.</summary>
    /// <param name="path">The file.</param>
    /// <returns><c>null</c> when there is none, or it may not be looked at.</returns>
    public static FileStatus? Of(string path) => Of(WorkingDirectory, FileName.Encode(path + "\0"));

    /// <summary>Looks at an open file.</summary>
    /// <param name="file">The file.</param>
    public static FileStatus? Of(SafeFileHandle file) => Of((int)file.DangerousGetHandle(), [0]);

    /// <summary>Looks at an entry of a directory.</summary>
    /// <param name="directory">The directory's descriptor.</param>
    /// <param name="name">The entry's name, ended by a zero byte.</param>
    internal static FileStatus? Of(int directory, byte[] name) =>
        Statx(directory, name, NoFollowEmptyPath, BasicStats, out var status) == 0 ? status : null;

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Statx(int directory, byte[] path, int flags, uint mask, out FileStatus status);
}
