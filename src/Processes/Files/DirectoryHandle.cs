using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WazoPlugind.Processes.Files;

/// <summary>
/// An open directory. What is in it is reached through the handle and by names that are bytes: no path is too long, no name has to
/// be text, and no link that someone puts on the way meanwhile leads elsewhere. Names are ended by a zero byte.
/// </summary>
public sealed partial class DirectoryHandle : IDisposable
{
    private const int ReadOnlyDirectoryNoFollowCloseOnExec = 0x0 | 0x10000 | 0x20000 | 0x80000;
    private const int ReadOnlyNonBlockingNoFollowCloseOnExec = 0x0 | 0x800 | 0x20000 | 0x80000;
    private const int WorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const int RemoveDirectory = 0x200;
    private const int OwnerOnly = 0x1C0;
    private const byte DirectoryType = 4;
    private const byte UnknownType = 0;

    private readonly SafeFileHandle _handle;

    private DirectoryHandle(int descriptor) => _handle = new SafeFileHandle(descriptor, ownsHandle: true);

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>The file system that it is on.</summary>
    public ulong Device => FileStatus.Of(_handle)?.Device ?? 0;

    /// <summary>Opens a directory.</summary>
    /// <param name="path">Where; a link at its end is not followed.</param>
    /// <returns>The directory, or <c>null</c> with the reason in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static DirectoryHandle? Open(string path) => Open(WorkingDirectory, FileName.Encode(path + "\0"));

    /// <summary>Opens a directory in this one.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The directory, or <c>null</c> with the reason in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public DirectoryHandle? Open(byte[] name) => Open(Descriptor, name);

    /// <summary>
    /// What is in it, without <c>.</c> and <c>..</c>, read as it is asked for: what is deleted, or comes, meanwhile may or may not be there.
    /// </summary>
    public IEnumerable<(byte[] Name, bool IsDirectory)> Entries()
    {
        // linux_dirent64 of getdents64(2): inode and offset of 8 bytes each, 2 of the record's length, 1 of the type, the name.
        const int length = 16, type = 18, name = 19;
        var buffer = new byte[8 * 1024];
        Seek(Descriptor, 0, 0);
        while (Read(Descriptor, buffer, buffer.Length) is var count and > 0)
        {
            for (var start = 0; start < count;)
            {
                var entry = buffer.AsMemory(start, BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(start + length)));
                start += entry.Length;
                var bytes = entry[name..];
                var terminated = bytes[..(bytes.Span.IndexOf((byte)0) + 1)].ToArray();
                if (terminated is [(byte)'.', 0] or [(byte)'.', (byte)'.', 0])
                    continue;
                var kind = entry.Span[type];
                yield return (terminated, kind == UnknownType ? StatusOf(terminated) is { IsDirectory: true } : kind == DirectoryType);
            }
        }
    }

    /// <summary>What the file system says of an entry, or <c>null</c>.</summary>
    /// <param name="name">Its name.</param>
    public FileStatus? StatusOf(byte[] name) => FileStatus.Of(Descriptor, name);

    /// <summary>Reads the beginning of a file.</summary>
    /// <param name="name">Its name; a link is not followed.</param>
    /// <param name="buffer">Is filled as far as the file goes.</param>
    /// <returns>The bytes that were read; none where it cannot be opened.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public int ReadBeginning(byte[] name, Span<byte> buffer)
    {
        using var file = new SafeFileHandle(OpenAt(Descriptor, name, ReadOnlyNonBlockingNoFollowCloseOnExec), ownsHandle: true);
        return file.IsInvalid ? 0 : RandomAccess.Read(file, buffer, fileOffset: 0);
    }

    /// <summary>Deletes an entry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isDirectory">Whether it is a directory, which has to be empty.</param>
    /// <returns>Whether it was deleted; the reason if not is in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public bool Delete(byte[] name, bool isDirectory) => Unlink(Descriptor, name, isDirectory ? RemoveDirectory : 0) == 0;

    /// <summary>Moves an entry into another directory of the same file system.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="target">The directory.</param>
    /// <param name="newName">Its name there.</param>
    /// <returns>Whether it was moved; the reason if not is in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public bool Move(byte[] name, DirectoryHandle target, byte[] newName) => Rename(Descriptor, name, target.Descriptor, newName) == 0;

    /// <summary>
    /// Gives a directory in this one the permissions that its owner needs to change it. Another's is taken by who may; else nothing is done to it.
    /// </summary>
    /// <param name="name">Its name; a link is not followed.</param>
    public void MakeAccessible(byte[] name)
    {
        if (ChangeMode(Descriptor, name, OwnerOnly, NoFollow) != 0
            && ProcessRights.CanBecomeOthers
            && ChangeOwner(Descriptor, name, UnixUser.Own.Uid, UnixUser.Own.Gid, NoFollow) == 0)
        {
            _ = ChangeMode(Descriptor, name, OwnerOnly, NoFollow);
        }
    }

    /// <summary>Gives an entry to a user; a link is not followed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="user">The new owner.</param>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void ChangeOwner(byte[] name, UnixUser user)
    {
        if (ChangeOwner(Descriptor, name, user.Uid, user.Gid, NoFollow) != 0)
            throw LibC.Error(FileName.Show(FileName.Decode(name.AsSpan().TrimEnd((byte)0))));
    }

    /// <summary>Everything below it, a directory before what is in it; what cannot be opened is left out.</summary>
    /// <returns>Each entry with the directory that it is in, which stays open until the entries in it have been gone through.</returns>
    public IEnumerable<(DirectoryHandle Parent, byte[] Name, bool IsDirectory)> Descendants()
    {
        Stack<(DirectoryHandle Directory, IEnumerator<(byte[] Name, bool IsDirectory)> Entries)> open = [];
        open.Push((this, Entries().GetEnumerator()));
        try
        {
            while (open.TryPeek(out var top))
            {
                if (!top.Entries.MoveNext())
                {
                    Close(open.Pop());
                    continue;
                }

                var (name, isDirectory) = top.Entries.Current;
                yield return (top.Directory, name, isDirectory);
                if (isDirectory && top.Directory.Open(name) is { } below)
                    open.Push((below, below.Entries().GetEnumerator()));
            }
        }
        finally
        {
            foreach (var left in open)
                Close(left);
        }

        void Close((DirectoryHandle Directory, IEnumerator<(byte[] Name, bool IsDirectory)> Entries) level)
        {
            level.Entries.Dispose();
            if (level.Directory != this)
                level.Directory.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static DirectoryHandle? Open(int directory, byte[] name) =>
        OpenAt(directory, name, ReadOnlyDirectoryNoFollowCloseOnExec) is var descriptor and >= 0 ? new DirectoryHandle(descriptor) : null;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int directory, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int directory, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint Read(int directory, byte[] buffer, nint size);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int Unlink(int directory, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    private static partial int Rename(int directory, byte[] name, int newDirectory, byte[] newName);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    private static partial int ChangeMode(int directory, byte[] name, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    private static partial int ChangeOwner(int directory, byte[] name, uint uid, uint gid, int flags);
}
