using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Lets some steps of a queue run at a time, whoever came first. One that takes long gives its place away and goes on without: what is
/// quick does not wait for a build of many minutes, but shares the processors with it.
/// </summary>
/// <param name="configuration">Says how many.</param>
/// <param name="time">The clock of the steps.</param>
internal sealed class StepPlaces(PlugindConfiguration configuration, TimeProvider time) : IDisposable
{
    /// <summary>After which time a step gives its place away.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, SemaphoreSlim> _places = StepRegistry.All.Select(step => step.Queue)
        .Where(queue => queue.HasPlaces)
        .DistinctBy(queue => queue.Name)
        .ToDictionary(queue => queue.Name, _ => new SemaphoreSlim(StepQueue.PlacesOf(configuration.Worker)));

    /// <summary>
    /// How long a step waits for a place before it is put off: another worker may have one, and the broker takes a message from a worker
    /// that holds it for long.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes a place.</summary>
    /// <param name="queue">The queue that the step came by.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The place, which is free again when it is disposed of; <c>null</c> when there is none.</returns>
    public async Task<Place?> TakeAsync(StepQueue queue, CancellationToken cancellationToken)
    {
        if (!_places.TryGetValue(queue.Name, out var places))
            return new Place(null, areKept: true, time);
        return await places.WaitAsync(Patience, cancellationToken) ? new Place(places, StepQueue.AreKept(configuration.Worker), time) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var places in _places.Values)
            places.Dispose();
    }

    /// <summary>A place that a step has.</summary>
    /// <param name="places">Where it came from; <c>null</c> where there are as many as anyone wants.</param>
    /// <param name="areKept">Whether the step keeps it, however long it takes.</param>
    /// <param name="time">The clock of the step.</param>
    internal sealed class Place(SemaphoreSlim? places, bool areKept, TimeProvider time) : IDisposable
    {
        private ITimer? _timer;
        private int _isFree;

        /// <summary>The step begins: when it takes long, the place is someone else's.</summary>
        public void Begin()
        {
            if (!areKept)
                _timer = time.CreateTimer(_ => Free(), state: null, Long, Timeout.InfiniteTimeSpan);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _timer?.Dispose();
            Free();
        }

        private void Free()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0)
                places?.Release();
        }
    }
}
