using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>What may still be written of an archive: what is too large ends while it comes, whatever it says of its size.</summary>
/// <param name="limits">Says how much.</param>
/// <param name="commands">Looks at the disk.</param>
/// <param name="workspace">The work directories.</param>
internal sealed class ArchiveBudget(LimitsConfiguration limits, WorkspaceCommands commands, Workspace workspace)
{
    private const long BetweenLooks = 16 * 1024 * 1024;

    private long _left = LimitsConfiguration.Bytes(limits.SourceMegabytes);
    private long _untilLook;

    /// <summary>Files and directories that there may be.</summary>
    public int Files => limits.SourceFiles;

    /// <summary>What is said of an archive that is too large.</summary>
    public string TooLarge => commands.TooLarge;

    /// <summary>Takes bytes.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArchiveException">There are none left, or the disk is full.</exception>
    public void Take(int count)
    {
        (_left, _untilLook) = (_left - count, _untilLook - count);
        if (_left < 0)
            throw new ArchiveException(TooLarge);
        if (_untilLook > 0)
            return;
        _untilLook = BetweenLooks;
        if (commands.DiskProblem(workspace) is { } full)
            throw new ArchiveException(full);
    }
}
