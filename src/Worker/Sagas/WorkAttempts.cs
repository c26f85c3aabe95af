namespace WazoPlugind.Worker.Sagas;

/// <summary>What was tried of a work that an operation has asked a worker for: its message, whichever it is by now, and those before.</summary>
/// <param name="Message">The id of the message that asks for it.</param>
/// <param name="Work">The work's name: that of its <see cref="Steps.StepDefinition"/>.</param>
internal sealed record WorkAttempts(Guid Message, string Work)
{
    /// <summary>How often a worker began it.</summary>
    public int Begun { get; init; }

    /// <summary>How often it was put off.</summary>
    public int Postponed { get; init; }

    /// <summary>How often its worker ended with it, as far as workers know.</summary>
    public int Killed { get; init; }

    /// <summary>When a worker began with the message last; <c>null</c> while none has.</summary>
    public DateTimeOffset? BeganAt { get; init; }

    /// <summary>When it is tried again; <c>null</c> once that has begun.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Why it was put off last, or <c>null</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>A worker says that it is at it: once for each step, and perhaps again.</summary>
    /// <param name="beganAt">When it began with all of it.</param>
    /// <param name="kills">How many runs it knows that ended with their process.</param>
    public WorkAttempts Begin(DateTimeOffset beganAt, int kills) => beganAt == BeganAt
        ? this
        : this with { Begun = Begun + 1, Killed = Math.Max(Killed, kills), BeganAt = beganAt, NextTryAt = null };

    /// <summary>A worker has ended it, well or not. That it began need not have come before.</summary>
    /// <param name="wasBegun">Whether there was anything done.</param>
    /// <param name="kills">How many runs are known that ended with their process.</param>
    /// <param name="at">When that is known.</param>
    public WorkAttempts End(bool wasBegun, int kills, DateTimeOffset at) => wasBegun && BeganAt is null
        ? Begin(at, kills)
        : this with { Killed = Math.Max(Killed, kills), NextTryAt = null };

    /// <summary>It is put off.</summary>
    /// <param name="message">The id of the message that asks for it then.</param>
    /// <param name="until">Until when.</param>
    /// <param name="reason">Why.</param>
    public WorkAttempts Postpone(Guid message, DateTimeOffset until, string reason) => this with
    {
        Message = message,
        Postponed = Postponed + 1,
        BeganAt = null,
        NextTryAt = until,
        Reason = reason,
    };
}
