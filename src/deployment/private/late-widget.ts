import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';

/**
 * A widget of which the content is made when the app is synthesized: variants, components and alarms that an endpoint gets after its dashboard are
 * shown too. Only its size is known before. Without content there is nothing in its place.
 */
export class LateWidget implements cloudwatch.IWidget {
  private x = 0;
  private y = 0;

  constructor(public readonly width: number, public readonly height: number, private readonly make: () => cloudwatch.IWidget | undefined) {}

  public position(x: number, y: number): void {
    this.x = x;
    this.y = y;
  }

  public toJson(): any[] {
    const widget = this.make();
    widget?.position(this.x, this.y);
    return widget?.toJson() ?? [];
  }
}
