namespace WazoPlugind.Worker.Steps;

/// <summary>The room for a step among those of this process: a place of its queue, and the gate that one goes through alone.</summary>
/// <param name="places">The places.</param>
/// <param name="gate">The gate.</param>
internal sealed class StepRoom(StepPlaces places, StepGate gate)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>After which time a step that found no room is tried again.</summary>
    /// <param name="isAlone">Whether it runs alone.</param>
    public static TimeSpan DelayOf(bool isAlone) => TimeSpan.FromSeconds(isAlone ? 10 : 1);

    /// <summary>Waits for room.</summary>
    /// <param name="queue">The queue that the step came by.</param>
    /// <param name="isAlone">Whether nothing else may be under way.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The room, which ends when it is disposed of; <c>null</c> when there was none in time.</returns>
    public async Task<IDisposable?> EnterAsync(StepQueue queue, bool isAlone, CancellationToken cancellationToken)
    {
        // With nothing else under way there is always a place.
        if (isAlone)
            return await gate.EnterAloneAsync(Patience, cancellationToken);
        var place = await places.TakeAsync(queue, cancellationToken);
        if (place is null)
            return null;
        IDisposable? passage = null;
        try
        {
            passage = await gate.EnterAsync(Patience, cancellationToken);
        }
        finally
        {
            if (passage is null)
                place.Dispose();
        }

        if (passage is null)
            return null;
        place.Begin();
        return new Room(place, passage);
    }

    private sealed class Room(StepPlaces.Place place, IDisposable passage) : IDisposable
    {
        public void Dispose()
        {
            passage.Dispose();
            place.Dispose();
        }
    }
}
