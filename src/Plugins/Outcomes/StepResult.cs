using System.Diagnostics.CodeAnalysis;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>What became of steps: a value, or what went wrong.</summary>
/// <typeparam name="T">What they give.</typeparam>
public readonly struct StepResult<T>
    where T : class
{
    private StepResult(T? value, StepFailure? failure) => (Value, Failure) = (value, failure);

    /// <summary>The value, when nothing went wrong.</summary>
    public T? Value { get; }

    /// <summary>What went wrong, if something did.</summary>
    public StepFailure? Failure { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>A success.</summary>
    /// <param name="value">What the steps gave.</param>
    public static implicit operator StepResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    /// <param name="failure">What went wrong.</param>
    public static implicit operator StepResult<T>(StepFailure failure) => new(null, failure);
}
