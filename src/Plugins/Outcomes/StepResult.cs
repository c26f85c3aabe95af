using System.Diagnostics.CodeAnalysis;
using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>What became of steps: a value, or the error that ends the operation.</summary>
/// <typeparam name="T">What they give.</typeparam>
public readonly struct StepResult<T>
    where T : class
{
    private StepResult(T? value, OperationError? error) => (Value, Error) = (value, error);

    /// <summary>The value, when there is no error.</summary>
    public T? Value { get; }

    /// <summary>The error, when there is one.</summary>
    public OperationError? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    /// <summary>A success.</summary>
    /// <param name="value">What the steps gave.</param>
    public static implicit operator StepResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    /// <param name="error">Why.</param>
    public static implicit operator StepResult<T>(OperationError error) => new(null, error);
}
