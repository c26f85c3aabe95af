using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>What waits for its turn with dpkg, perhaps to be done with what else waits.</summary>
/// <typeparam name="TResult">What becomes of it.</typeparam>
/// <param name="name">The package's name.</param>
/// <param name="isSuspect">Whether it is done by itself: it may be what ended an installer before.</param>
/// <param name="progress">Is given its part of the output.</param>
internal abstract class SharedWork<TResult>(string name, bool isSuspect, IStepProgress progress)
{
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The package's name.</summary>
    public string Name => name;

    /// <summary>Whether it is done by itself.</summary>
    public bool IsSuspect => isSuspect;

    /// <summary>Is given its part of the output.</summary>
    public IStepProgress Progress => progress;

    /// <summary>What became of it.</summary>
    public Task<TResult> Result => _result.Task;

    /// <summary>Says what became of it.</summary>
    /// <param name="work">Does it.</param>
    public async Task CompleteAsync(Func<Task<TResult>> work)
    {
        try
        {
            _result.SetResult(await work());
        }
        catch (Exception e)
        {
            // Whoever waits for it gets it.
            _result.SetException(e);
        }
    }
}
