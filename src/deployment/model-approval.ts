import { Validation } from '../private/validation';

/**
 * What happens when a recommended model package has not been approved, and SageMaker refuses to deploy it for that. A package that was rejected
 * is never deployed.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
 */
export class ModelApproval {
  /**
   * The deployment approves a package in a group that the recommendation job made for itself. In a group of yours that is your decision: the
   * deployment fails.
   */
  public static automatic(): ModelApproval {
    return new ModelApproval(undefined);
  }

  /**
   * Somebody has to have approved the package, whatever group it is in: else the deployment fails, even if SageMaker would let it pass.
   */
  public static required(): ModelApproval {
    return new ModelApproval('Required');
  }

  /**
   * The deployment approves the package, whatever group it is in.
   *
   * @param description why, for whoever reads the package's history, up to 1024 characters. Without it: a text that names the stack
   */
  public static approve(description?: string): ModelApproval {
    return new ModelApproval('Approve', description);
  }

  private constructor(private readonly setting: 'Required' | 'Approve' | undefined, private readonly description?: string) {}

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    validation.length(`${prop}.description`, this.description, 1, 1024);
    return validation.messages;
  }

  /** @internal */
  public _render(): Record<string, unknown> {
    return { Setting: this.setting, Description: this.description };
  }
}
