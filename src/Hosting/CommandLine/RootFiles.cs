using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.CommandLine;

/// <summary>
/// What a program that root runs is made of, and what it does as root is read from. Could another user write there, or put something
/// else in its place, that user could become root: such a start is refused.
/// </summary>
public static class RootFiles
{
    // A file in the framework's directory, as the host names it; a program that was compiled ahead of time has none.
    private const string FrameworkFile = "FX_DEPS_FILE";

    private const UnixFileMode Writable = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Checks the program, and the configuration that it has read.</summary>
    /// <param name="file">The main configuration file.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <exception cref="ConfigurationException">Another user could change one of them.</exception>
    public static void RequireProgram(string file, PlugindConfiguration configuration) => Require(
        [AppContext.BaseDirectory, configuration.ExtraConfigFiles],
        [Environment.ProcessPath, AppContext.GetData(FrameworkFile) as string, file, Path.GetDirectoryName(configuration.LogFile)]);

    /// <summary>Checks the state that a worker acts on as root: packages that it installs again, scripts of plugins, work directories.</summary>
    /// <param name="configuration">Says where they are.</param>
    /// <exception cref="ConfigurationException">Another user could change something of it.</exception>
    public static void RequireState(PlugindConfiguration configuration) => Require(
        [configuration.PackagesDir, configuration.BackupRulesDir, configuration.MetadataDir],
        [configuration.DownloadDir, configuration.ExtractDir, .. configuration.Operations.DatabaseFiles()]);

    /// <summary>Why root must not trust a path, or <c>null</c>.</summary>
    /// <param name="path">An absolute path; what is not there yet is judged by the directory that it would be in.</param>
    internal static string? Problem(string path)
    {
        // The way to a link counts, and the way to what it leads to.
        foreach (var way in ((string[])[path, SafePath.RealPathOfExisting(path)]).Distinct())
        {
            for (var part = way; part is not null; part = Path.GetDirectoryName(part))
            {
                if (FileStatus.Of(part) is { IsLink: false } status && WriterOf(status) is { } writer)
                    return $"{part} can be written by {writer}";
            }
        }

        return null;
    }

    private static void Require(IEnumerable<string> trees, IEnumerable<string?> paths)
    {
        // Where the program is one file, some of them are not there.
        foreach (var path in trees.SelectMany(Suspects).Concat(paths.OfType<string>()).Where(path => path.Length > 0))
        {
            if (Problem(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is { } problem)
                throw new ConfigurationException($"{problem}, who could become root by it: give it to root alone, or start with {ProgramRunner.TrustOption}");
        }
    }

    // The directory itself, and of what is in it only what stands out: the others are as safe as the directory.
    private static IEnumerable<string> Suspects(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => FileStatus.Of(path) is { } status && (status.IsLink || WriterOf(status) is not null))
            .Prepend(directory)
        : [directory];

    private static string? WriterOf(FileStatus status)
    {
        if (status.Uid != UnixUser.Root.Uid)
            return UnixUser.NameOf(status.Uid);
        // In a directory with the sticky bit nobody replaces what is another's: /tmp, for example.
        if (status.IsDirectory && (status.Mode & UnixFileMode.StickyBit) != 0)
            return null;
        return (status.Mode & Writable & (status.Gid == UnixUser.Root.Gid ? UnixFileMode.OtherWrite : Writable)) != 0 ? "others than root" : null;
    }
}
