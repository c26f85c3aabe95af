using System.ComponentModel.DataAnnotations;

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A whole number within a range, both ends included.</summary>
/// <param name="minimum">The least.</param>
/// <param name="maximum">The most; below the largest number there is, which stands for all that are larger.</param>
/// <param name="unit">What is counted.</param>
[AttributeUsage(AttributeTargets.Property)]
internal class BetweenAttribute(int minimum, int maximum, string? unit = null) : RangeAttribute(minimum, maximum)
{
    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) =>
        KeyProblem.Failure(name, $"{Minimum} to {Maximum}{(unit is null ? "" : $" {unit}")}");
}
