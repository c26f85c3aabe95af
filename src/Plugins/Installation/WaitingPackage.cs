using WazoPlugind.Debian.Database;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// A package that is ready to be installed. What becomes of it is <c>null</c> when it is unpacked and its <c>install</c> step failed, which
/// another try may mend.
/// </summary>
/// <param name="package">The package.</param>
/// <param name="file">The package's file.</param>
/// <param name="isSuspect">Whether it is installed by itself: it may be what ended an installer before.</param>
/// <param name="progress">Is given its part of the output.</param>
internal sealed class WaitingPackage(PackageArtifact package, string file, bool isSuspect, IStepProgress progress)
    : SharedWork<StepResult<PackageArtifact>?>(package.Name, isSuspect, progress)
{
    /// <summary>The package.</summary>
    public PackageArtifact Package => package;

    /// <summary>The package's file.</summary>
    public string File => file;

    /// <summary>What dpkg knew of it before, or <c>null</c>.</summary>
    public DpkgPackage? Before { get; set; }

    /// <summary>When dpkg had unpacked it last before.</summary>
    public DateTime? UnpackedBefore { get; set; }
}
