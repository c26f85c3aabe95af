using WazoPlugind.Debian.Database;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>A package that is ready to be installed.</summary>
/// <param name="package">The package.</param>
/// <param name="file">The package's file.</param>
/// <param name="isSuspect">Whether it is installed by itself: it may be what ended an installer before.</param>
/// <param name="progress">Is given its part of the output.</param>
internal sealed class WaitingPackage(PackageArtifact package, string file, bool isSuspect, IStepProgress progress)
{
    private readonly TaskCompletionSource<StepResult<PackageArtifact>?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The package.</summary>
    public PackageArtifact Package => package;

    /// <summary>The package's file.</summary>
    public string File => file;

    /// <summary>Whether it is installed by itself.</summary>
    public bool IsSuspect => isSuspect;

    /// <summary>Is given its part of the output.</summary>
    public IStepProgress Progress => progress;

    /// <summary>What dpkg knew of it before, or <c>null</c>.</summary>
    public DpkgPackage? Before { get; set; }

    /// <summary>When dpkg had unpacked it last before.</summary>
    public DateTime? UnpackedBefore { get; set; }

    /// <summary>What became of it; <c>null</c> when it is unpacked and its <c>install</c> step failed, which another try may mend.</summary>
    public Task<StepResult<PackageArtifact>?> Result => _result.Task;

    /// <summary>Says what became of it.</summary>
    /// <param name="install">Installs it.</param>
    public async Task CompleteAsync(Func<WaitingPackage, Task<StepResult<PackageArtifact>?>> install)
    {
        try
        {
            _result.SetResult(await install(this));
        }
        catch (Exception e)
        {
            // Whoever waits for it gets it.
            _result.SetException(e);
        }
    }
}
